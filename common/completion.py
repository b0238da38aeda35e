#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completions for shells from the table of options: completion.py TABLE bash|zsh|fish OUTPUT, where TABLE is what completion.c prints."""

import dataclasses
import pathlib
import sys


@dataclasses.dataclass
class Option:
    letter: str
    name: str
    value: str  # as --help calls it; "" if it takes none
    help: str
    companions: list  # options or commands that it goes with; all if empty
    words: list  # that its value can be

    @property
    def spellings(self):
        return [f"-{self.letter}", f"--{self.name}"] if self.letter else [f"--{self.name}"]

    @property
    def is_list(self):
        return self.value.endswith(",...")

    @property
    def is_file(self):
        return self.value in ("FILE", "OUTPUT")

    @property
    def is_folder(self):
        return self.value == "DIR"


@dataclasses.dataclass
class Command:
    help: str
    actions: list  # words, one of which comes first; empty if there are none


def actions_of(operands):
    """export and import, of "export|import DISC [TABLE]"."""
    first = operands.split(" ")[0]
    return first.split("|") if "|" in first else []


def read_table(text):
    """The program's name, its commands, and its options."""
    name, commands, options = "", {}, []
    for line in text.splitlines():
        kind, *columns = line.split("\t")
        if kind == "program":
            (name,) = columns
        elif kind == "command":
            command, help, operands = columns
            commands[command] = Command(help, actions_of(operands))
        else:
            letter, long, value, help, companions, words = columns
            options.append(Option(letter, long, value, help, companions.split(), words.split()))
    return name, commands, options


def of_command(options, command):
    return [option for option in options if not option.companions or command in option.companions]


# bash


def bash_values(options):
    """The branches of a case that completes the value of an option."""
    whole = {"files": [], "folders": [], "free": []}
    for option in options:
        pattern = "|".join(option.spellings)
        if option.words:
            yield f"    {pattern}) words='{' '.join(option.words)}'{' list=,' if option.is_list else ''} ;;"
        elif option.value:
            whole["files" if option.is_file else "folders" if option.is_folder else "free"].append(pattern)
    for kind, does in (("files", "return 0"), ("folders", "compopt -o dirnames +o default 2>/dev/null; return 0"),
                       ("free", "compopt +o default 2>/dev/null; return 0")):  # fmt: skip
        if whole[kind]:
            yield f"    {'|'.join(dict.fromkeys('|'.join(whole[kind]).split('|')))}) {does} ;;"


def bash_options(options):
    return " ".join(dict.fromkeys(spelling for option in options for spelling in option.spellings))


def bash_names(commands, options):
    """Sets words to the options, or commands, that can stand here."""
    if not commands:
        return [f"""    [[ $word != -* ]] || words='{bash_options(options)}'"""]
    lines = ["    if ((COMP_CWORD == 1)); then", f"        words='{' '.join(commands)} --help --version'", "    elif [[ $word == -* ]]; then",
             "        case ${COMP_WORDS[1]} in"]  # fmt: skip
    lines += [f"        {command}) words='{bash_options(of_command(options, command))}' ;;" for command in commands]
    lines += ["        esac", "    elif ((COMP_CWORD == 2)); then", "        case ${COMP_WORDS[1]} in"]
    lines += [f"        {name}) words='{' '.join(command.actions)}' ;;" for name, command in commands.items() if command.actions]
    return lines + ["        esac", "    fi"]


def bash(name, commands, options):
    """What is not completed here is the name of a file, by -o default; a "=" is a word of its own to bash."""
    lines = [f"_{name}()", "{",
             "    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} words='' list='' before=''",
             "    if [[ $word == = ]]; then", "        word=''", "    elif [[ $option == = ]]; then",
             "        option=${COMP_WORDS[COMP_CWORD - 2]}", "    fi", "    COMPREPLY=()", "    case $option in",
             *bash_values(options), "    *)", *("    " + line for line in bash_names(commands, options)), "        ;;", "    esac",
             "    if [[ $list ]]; then", "        before=${word%\"${word##*,}\"}", "        word=${word##*,}",
             "        compopt -o nospace 2>/dev/null", "    fi",
             '    [[ ! $words ]] || mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$word")', "    return 0", "}",
             f"complete -o default -F _{name} {name}"]  # fmt: skip
    return "\n".join(lines) + "\n"


# zsh


def zsh_quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


def zsh_text(text):
    """Text of a description, in which brackets and colons end something."""
    return "".join("\\" + letter if letter in "[]:\\" else letter for letter in text)


def zsh_value(option):
    if option.is_list:
        return f":{option.value}:_sequence compadd - {' '.join(option.words)}"
    if option.words:
        return f":{option.value}:({' '.join(option.words)})"
    if option.is_file or option.is_folder:
        return f":{option.value}:_files{' -/' if option.is_folder else ''}"
    return "".join(f":{zsh_text(value)}: " for value in option.value.split())


def zsh_option(option):
    rest = f"[{zsh_text(option.help)}]{zsh_value(option)}"
    long = f"--{option.name}{'=' if option.value and ' ' not in option.value else ''}"
    if not option.letter:
        return zsh_quote(long + rest)
    both = " ".join(option.spellings)
    return zsh_quote(f"({both})") + "{" + f"-{option.letter},{long}" + "}" + zsh_quote(rest)


def zsh_arguments(options, indent, actions=()):
    operands = [f"1:action:({' '.join(actions)})"] if actions else []
    rows = [zsh_option(option) for option in options] + [zsh_quote(operand) for operand in (*operands, "*:file:_files")]
    return " \\\n".join([f"{indent}_arguments -s", *(f"{indent}    {row}" for row in rows)])


def zsh(name, commands, options):
    lines = [f"#compdef {name}"]
    if not commands:
        return "\n".join([*lines, zsh_arguments(options, "")]) + "\n"
    lines += ["if ((CURRENT == 2)); then", "    local -a commands=(",
              *(f"        {zsh_quote(name + ':' + zsh_text(command.help))}" for name, command in commands.items()),
              "        '--help:this text' '--version:the version'", "    )", "    _describe command commands", "    return", "fi",
              "local command=$words[2]", "shift words", "((CURRENT--))", "case $command in"]  # fmt: skip
    for name, command in commands.items():
        lines += [f"{name})", zsh_arguments(of_command(options, name), "    ", command.actions), "    ;;"]
    return "\n".join([*lines, "esac"]) + "\n"


# fish


def fish_quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_value(option):
    if option.is_list:
        return f" -x -a '(__fish_append , {' '.join(option.words)})'"
    if option.words:
        return f" -x -a '{' '.join(option.words)}'"
    if option.is_folder:
        return " -x -a '(__fish_complete_directories)'"
    return " -r -F" if option.is_file else " -x" if option.value else ""


def fish(name, commands, options):
    lines = []
    for command, row in commands.items():
        lines.append(f"complete -c {name} -n __fish_is_first_arg -f -a {command} -d {fish_quote(row.help)}")
        if row.actions:
            words = " ".join(row.actions)
            condition = f"__fish_seen_subcommand_from {command}; and not __fish_seen_subcommand_from {words}"
            lines.append(f"complete -c {name} -n '{condition}' -f -a '{words}'")
    for option in options:
        companions = [command for command in option.companions if command in commands]
        condition = f" -n '__fish_seen_subcommand_from {' '.join(companions)}'" if companions else ""
        letter = f" -s {option.letter}" if option.letter else ""
        lines.append(f"complete -c {name}{condition}{letter} -l {option.name}{fish_value(option)} -d {fish_quote(option.help)}")
    return "\n".join(lines) + "\n"


def main():
    table, shell, output = sys.argv[1:]
    name, commands, options = read_table(pathlib.Path(table).read_text(encoding="utf-8"))
    script = {"bash": bash, "zsh": zsh, "fish": fish}[shell](name, commands, options)
    notice = f"# Completion of {name}'s command line, made from its table of options.\n"
    first, newline, rest = script.partition("\n")
    # zsh looks at the first line.
    text = first + newline + notice + rest if first.startswith("#") else notice + script
    pathlib.Path(output).write_text(text, encoding="utf-8")


main()
