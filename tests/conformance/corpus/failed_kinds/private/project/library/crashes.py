#!/usr/bin/python3
raise ValueError("crashed on purpose")
