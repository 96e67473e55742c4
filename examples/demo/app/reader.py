"""Print a page of feeds from a list in YAML.

Anyone may send in a list, so the file that is read here is not trusted.
"""

from typing import TextIO

import click
import jinja2
import yaml

PAGE = """\
<!doctype html>
<title>{{ title }}</title>
<h1>{{ title }}</h1>
<ul>
{% for feed in feeds %}
  <li><a href="{{ feed.url }}">{{ feed.name }}</a>{% if feed.about %}: {{ feed.about }}{% endif %}</li>
{% endfor %}
</ul>
"""


def read_list(source: TextIO) -> tuple[str, list[dict[str, str]]]:
    """Return the title and the feeds of a list, feeds sorted by name."""
    document = yaml.full_load(source)
    feeds = document["feeds"]
    for feed in feeds:
        if not feed["url"].startswith(("http://", "https://")):
            raise ValueError(f"{feed['name']}: {feed['url']!r} is not a web address")
    return document["title"], sorted(feeds, key=lambda feed: feed["name"].casefold())


def render(title: str, feeds: list[dict[str, str]]) -> str:
    """Return the page as HTML; everything that came from the list is escaped."""
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(PAGE).render(title=title, feeds=feeds)


@click.command()
@click.argument("source", type=click.File(encoding="utf-8"), default="feeds.yaml")
def main(source: TextIO) -> None:
    """Print the page for the list SOURCE, or for standard input if SOURCE is "-"."""
    click.echo(render(*read_list(source)))


if __name__ == "__main__":
    main()
