"""Keys, masks and actions in the words of `ovs-dpctl`, both ways. Source: ovs-actions(7), ovs-dpctl(8)."""
