"""trendwatch: one e-mail a week on what moved in the safety of generative AI."""

__version__ = "0.1.0"
