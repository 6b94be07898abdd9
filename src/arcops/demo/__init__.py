"""A cluster to try arcops on, without a cluster: three nodes, their system pods and a shop that lives and fails."""
