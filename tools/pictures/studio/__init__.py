"""Still-life drawing by program: SVG scenes of local goods, rendered to WebP."""
