"""Parts that several answers are told with: a page of sentences that carry their facts, incidents, objects, gaps of sight."""
