"""Start-up checks of keys, versions, base address, triggers and libraries."""
