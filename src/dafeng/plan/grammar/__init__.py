"""The grammar of targets 目标语法: from the words of a paragraph to what they promise, pure and without a model."""
