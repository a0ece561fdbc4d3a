"""Databases and their filestores: create, drop, rename, describe."""

import contextlib
import os
import shutil

import psycopg2
from psycopg2 import sql

from . import console, places


@contextlib.contextmanager
def _cursor(environment):
    """Open a cursor outside any transaction, as CREATE DATABASE needs it."""
    host = environment.get("PGHOST") or os.environ.get("PGHOST")
    user = environment.get("PGUSER") or os.environ.get("PGUSER")
    try:
        connection = psycopg2.connect(dbname="postgres", host=host, user=user)
    except psycopg2.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise console.Failure(
            f"PostgreSQL refused the connection ({reason}). Check the PG* variables."
        ) from error
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    except psycopg2.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise console.Failure(
            f"PostgreSQL refused ({reason}). Correct this and run it again."
        ) from error
    finally:
        connection.close()


def filestore(name):
    """Return the folder of a database's attachments."""
    return places.DATA / "filestore" / name


def comment(environment, name):
    """Return the comment on a database, or None where there is no such database."""
    with _cursor(environment) as cursor:
        cursor.execute(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '')"
            " FROM pg_database WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def set_comment(environment, name, text):
    """Write the comment on a database."""
    with _cursor(environment) as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(text)
            )
        )


def drop(environment, name):
    """Drop a database with its filestore, also while somebody is connected to it."""
    with _cursor(environment) as cursor:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        cursor.execute(statement.format(sql.Identifier(name)))
    shutil.rmtree(filestore(name), ignore_errors=True)


def create(environment, name):
    """Create an empty database in place of the old one.

    Odoo would create it too, but then asks for extensions that the embedded server
    does not have.
    """
    drop(environment, name)
    with _cursor(environment) as cursor:
        statement = sql.SQL(
            "CREATE DATABASE {} ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
        )
        cursor.execute(statement.format(sql.Identifier(name)))


def clone(environment, source, name):
    """Copy a database that nobody is connected to, in place of the old ``name``."""
    drop(environment, name)
    with _cursor(environment) as cursor:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(name))


def rename(environment, old, new):
    """Give a finished database its name, in place of the one that had it."""
    drop(environment, new)
    if filestore(old).exists():
        filestore(old).rename(filestore(new))
    with _cursor(environment) as cursor:
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        cursor.execute(statement.format(sql.Identifier(old), sql.Identifier(new)))
