"""Use cases behind the pages of the portal: what one question needs, in one answer."""
