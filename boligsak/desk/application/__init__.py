"""The application's page, noun by noun: each module gives its section and its part of the
timeline."""
