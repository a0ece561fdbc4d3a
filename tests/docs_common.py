"""What the checks of the documentation share: its pages, and the sources."""

import ast
import functools
import re

from tools import places


def get_documents():
    """Return the text of every page by its path, relative to the root."""
    pages = sorted(places.ROOT.glob("*.md"))
    pages += sorted((places.ROOT / "docs").rglob("*.md"))
    return {
        page.relative_to(places.ROOT).as_posix(): page.read_text(encoding="utf-8")
        for page in pages
    }


def get_code(text):
    """Return what stands in code spans and code blocks, line by line."""
    lines, is_fenced = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        elif is_fenced or line.startswith("    "):
            lines.append(line.strip())
        else:
            lines += re.findall(r"`([^`]+)`", line)
    return "\n".join(lines)


def get_sources(pattern):
    """Return the paths of both addons' files, those of their tests left out."""
    return [path for path in places.ADDONS.glob(pattern) if "tests" not in path.parts]


@functools.cache
def get_python():
    """Return the source of both addons in one piece."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in get_sources("*/**/*.py")
    )


@functools.cache
def get_methods():
    """Return every method of a model as (model, name, arguments, whether a hook)."""
    methods = []
    for path in get_sources("*/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                methods += _get_methods_of_class(node)
    return methods


def _get_methods_of_class(node):
    names = {}
    for line in node.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            names[line.targets[0].id] = line.value
    value = names.get("_name") or names.get("_inherit")
    value = value.elts[0] if isinstance(value, ast.List) else value
    if not isinstance(value, ast.Constant):
        return []
    return [
        (
            value.value,
            method.name,
            tuple(argument.arg for argument in method.args.args[1:]),
            (ast.get_docstring(method) or "").startswith("Hook:"),
        )
        for method in node.body
        if isinstance(method, ast.FunctionDef)
    ]
