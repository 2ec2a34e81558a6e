"""From a frame to a searched track: detection, tracking, quality, best shots, fused templates."""
