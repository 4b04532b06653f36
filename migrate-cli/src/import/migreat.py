# Reads MiGreat's Python files with Python's own parser, without running them, and prints what SQL
# each runs as JSON.
import ast
import json
import sys


# What SQL begins with, by which it is known from prose.
VERBS = set(
    "ALTER ANALYZE CALL COMMENT CREATE DELETE DO DROP GRANT INSERT REFRESH REINDEX RENAME REVOKE"
    " SELECT SET TRUNCATE UPDATE VACUUM WITH".split()
)


class Untranslated(Exception):
    pass


def value_of(node):
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "dict" and not node.args:
        return {one.arg: ast.literal_eval(one.value) for one in node.keywords}
    return ast.literal_eval(node)


def text_of(node, texts):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name) and node.id in texts:
        return texts[node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return text_of(node.left, texts) + text_of(node.right, texts)
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "dedent":
            return text_of(node.args[0], texts)
        if name == "text":
            # A colon that begins no parameter is escaped there.
            return text_of(node.args[0], texts).replace("\\:", ":")
    raise Untranslated(node.lineno)


def statements(function, texts):
    texts = dict(texts)
    found = []
    for node in function.body:
        if isinstance(node, ast.Pass):
            continue
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            texts[node.targets[0].id] = text_of(node.value, texts)
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr == "commit" and not call.args:
                continue
            if call.func.attr == "execute" and len(call.args) == 1 and not call.keywords:
                found.append(text_of(call.args[0], texts))
                continue
        raise Untranslated(node.lineno)
    return found


def translated(path):
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    texts, functions, options, unread = {}, {}, {}, None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            functions[node.name] = node
            continue
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name):
            continue
        try:
            value = value_of(node.value)
        except ValueError:
            if target.id == "CONFIG_OPTIONS":
                unread = node.lineno
            continue
        if target.id == "CONFIG_OPTIONS":
            options = value
        elif isinstance(value, str):
            texts[target.id] = value
    result = {"options": options, "up": None, "down": None, "line": None, "unread": unread}
    if "upgrade" not in functions:
        result["line"] = 1
        return result
    try:
        result["up"] = statements(functions["upgrade"], texts)
    except Untranslated as error:
        result["line"] = error.args[0]
    if "downgrade" in functions:
        try:
            result["down"] = statements(functions["downgrade"], texts)
        except Untranslated:
            pass
        documented = (ast.get_docstring(functions["downgrade"]) or "").strip()
        if not result["down"] and documented and documented.split()[0].upper() in VERBS:
            result["down"] = [documented]
    return result


print(json.dumps({path: translated(path) for path in sys.argv[1:]}))
