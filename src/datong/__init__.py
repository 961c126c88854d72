"""Datong (打通): health data from many silos, made one."""

__version__ = "0.1.0"
