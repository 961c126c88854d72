"""Where set work is done.

In:  SQL templates, shapes, files.
Out: the same answer from every engine.
"""
