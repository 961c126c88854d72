"""The columns that tell who a person is: one kind a file, cleaned, keyed and compared.

In:  texts as they were written.
Out: codes, blocking keys, levels of agreement.
"""
