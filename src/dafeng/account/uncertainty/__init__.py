"""Uncertainty 不确定度: error propagation and Monte Carlo over the terms of an account."""
