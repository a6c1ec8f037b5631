"""The faces of the service over HTTP: Swedish pages for people, JSON and CSV for programs."""
