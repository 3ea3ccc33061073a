"""What any program and the kernel say to each other over netlink: its system calls are looked at, as a debugger does.

Source: ptrace(2), seccomp(2). `netlynx trace` is made of it.
"""
