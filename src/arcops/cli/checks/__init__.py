"""What ``arcops check`` looks at: one file per part."""
