"""Regional accounts 区域核算: from the energy balance, from the firms, by downscaling; compared, never forced."""
