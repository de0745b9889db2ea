"""A thousand hostile alerts, verified by receivers that share no code with us: run it before a release.

    python -m bench.hostile_alerts [--count 1000]

Every webhook is verified by the JavaScript library of Standard Webhooks, which npm fetches into a folder that
is gone afterwards; each is then changed by one byte and must be refused. Every mail is parsed, threaded by
Zawinski's algorithm and counted; every Slack payload is held to Slack's limits. Exits 1 at the first fault.
CI does the same with Python's library (tests/alerts/test_hostile.py).
"""

import argparse
import email.policy
import json
import subprocess
import sys
import tempfile
import time
from email.parser import BytesParser
from pathlib import Path
from random import Random
from typing import Any

import threadweave

from alerts.channels.email import LONGEST_THREAD, EmailChannel, EmailSettings
from alerts.channels.slack import MAX_BLOCKS, MAX_SECTION, MAX_TOTAL, blocks, fallback
from alerts.channels.webhook import WebhookChannel, WebhookSettings
from alerts.messages import Message
from app.clock import system_now
from tests.alerts.hostile import some_message
from tests.alerts.post import SECRET, tools

VERIFY = """
const { Webhook } = require("standardwebhooks");
const { readFileSync } = require("fs");
const receiver = new Webhook(process.argv[2]);
let verified = 0, refused = 0;
for (const line of readFileSync(process.argv[3], "utf8").split("\\n").filter(Boolean)) {
  const { headers, body } = JSON.parse(line);
  const facts = receiver.verify(body, headers);
  if (typeof facts.data.headline === "string") verified++;
  try { receiver.verify(body.replace("tocsin", "tocsim"), headers); } catch { refused++; }
}
console.log(JSON.stringify({ verified, refused }));
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    began = time.monotonic()
    messages = [some_message(Random(number)) for number in range(count)]
    checks = {"webhooks": _webhooks(messages), "mails": _mails(messages), "slack": _slack(messages)}
    for name, (told, fine) in checks.items():
        print(f"{name:9} {told}{'' if fine else '   <-- WRONG'}")
    print(f"{count} alerts in {time.monotonic() - began:.0f} s")
    return 0 if all(fine for _, fine in checks.values()) else 1


def _webhooks(messages: list[Message]) -> tuple[str, bool]:
    settings = WebhookSettings.model_validate({"url": "https://x.example/", "secret": SECRET})
    hook = WebhookChannel(settings, tools(system_now), name="hook")
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        sent = Path(folder, "sent.jsonl")
        with sent.open("w", encoding="utf-8") as out:
            for number, message in enumerate(messages):
                body = hook.body(message)
                out.write(json.dumps({"headers": hook.headers(body, f"u-{number}"), "body": body}) + "\n")
        Path(folder, "verify.js").write_text(VERIFY, encoding="utf-8")
        install = ["npm", "install", "--silent", "--no-audit", "--no-fund", "standardwebhooks"]
        subprocess.run(install, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        verify = ["node", "verify.js", SECRET, str(sent)]
        ended = subprocess.run(verify, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        return ended.stderr.strip().splitlines()[-1], False
    told = json.loads(ended.stdout)
    return (
        f"{told['verified']} verified by JavaScript, {told['refused']} refused after a change",
        told == {"verified": len(messages), "refused": len(messages)},
    )


def _mails(messages: list[Message]) -> tuple[str, bool]:
    channel = EmailChannel(EmailSettings(to=("d@example.org",), sender="t@example.org"), tools(), name="m")
    previous: dict[str, Any] | None = None
    heads, defects = [], 0
    for number, message in enumerate(messages):
        mail, previous = channel.mail(message, uid=f"u-{number}", previous=previous)
        read = BytesParser(policy=email.policy.default).parsebytes(mail.as_bytes())
        defects += bool(read.defects or read["Bcc"] or set(read.keys()) != set(mail.keys()))
        heads.append(
            threadweave.Message(
                message_id=read["Message-ID"],
                in_reply_to=read["In-Reply-To"],
                references=str(read["References"] or "").split(),
            )
        )
    threads, due = len(threadweave.thread_messages(heads)), -(-len(messages) // LONGEST_THREAD)
    return f"{len(heads)} parsed, {defects} with defects, in {threads} threads of {due}", (
        not defects and threads == due
    )


def _slack(messages: list[Message]) -> tuple[str, bool]:
    most = longest = total = 0
    for message in messages:
        made = blocks(message)
        texts = [(block["text"] if "text" in block else block["elements"][0])["text"] for block in made]
        most = max(most, len(made))
        longest = max(longest, len(fallback(message)), *(len(text) for text in texts))
        total = max(total, len(json.dumps(made, ensure_ascii=False)))
    size = f"{longest} characters of {MAX_SECTION}, {total} of {MAX_TOTAL}"
    return (
        f"at most {most} blocks of {MAX_BLOCKS}, {size}",
        most <= MAX_BLOCKS and longest <= MAX_SECTION and total <= MAX_TOTAL + MAX_SECTION,
    )


if __name__ == "__main__":
    sys.exit(main())
