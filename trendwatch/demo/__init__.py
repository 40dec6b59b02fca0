"""The bundled sample: ten weeks of made-up news, served from loopback, so that a first look needs no internet."""
