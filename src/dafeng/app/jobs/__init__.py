"""Long work 作业: kinds, ports, and how one is started, watched and cancelled."""
