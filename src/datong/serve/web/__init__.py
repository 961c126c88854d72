"""The web door: pages for people, in English and Chinese.

In:  a request of somebody signed in.
Out: a page of what the gate lets through, and a line in the audit.
"""
