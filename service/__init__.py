"""The shell: fetch, keep, count, show. Knows the world; stands on nlp."""
