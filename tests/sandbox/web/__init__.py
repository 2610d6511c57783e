"""The thin HTTP layer: the API, the hosted pages, the control panel and webhook delivery."""
