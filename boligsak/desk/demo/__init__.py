"""The demo municipality: invented people in invented buildings, whose money moves as it would.

`build.build` is the only way in. Everything random comes from `chance`, so that the same seed and
day give the same municipality; everything written goes through the product's own services.
"""
