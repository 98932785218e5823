"""Packaging without Docker: a layer of libraries and the code of each function.

`python -m infra.packaging` is the command; `infra.packaging.build.build_packages` is the same for
programs.
"""
