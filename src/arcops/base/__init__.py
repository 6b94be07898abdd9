"""The ground floor: errors, time, settings, tasks and logs. Knows nothing of Kubernetes."""
