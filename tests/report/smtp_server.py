"""A real SMTP server on loopback that can be told to misbehave at one step."""

from __future__ import annotations

import asyncio
import email
import email.policy
import threading

from aiosmtpd.smtp import SMTP, AuthResult, syntax


class Server(SMTP):
    """aiosmtpd's server, with the faults that its hooks cannot express."""

    def __init__(self, owner, **options):
        self.owner = owner
        super().__init__(owner, hostname="mail.example.org", **options)

    def connection_made(self, transport):
        self.owner.transports.append(transport)
        super().connection_made(transport)

    async def push(self, status):
        await super().push("no code at all" if self.owner.fault == "garbage" else status)

    async def _handle_client(self):
        if self.owner.fault == "banner-554":
            self._writer.write(b"554 no service for you\r\n")
            await self._writer.drain()
            self.transport.close()
            return
        if self.owner.fault == "silent":
            await asyncio.sleep(5)
        await super()._handle_client()

    @syntax("DATA")
    async def smtp_DATA(self, arg):  # noqa: N802 - aiosmtpd names its hooks so
        if self.owner.fault == "drop-at-data":
            self.transport.abort()
            return
        if self.owner.fault == "drop-mid-data":
            await self.push("354 go ahead")
            await self._reader.read(100)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Mailbox:
    """The server's life, its fault, and what it took: `mails` holds (sender, recipients, bytes)."""

    def __init__(self, fault="", **options):
        self.fault, self.options, self.mails, self.transports = fault, options, [], []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def messages(self):
        return [email.message_from_bytes(raw, policy=email.policy.default) for _, _, raw in self.mails]

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd names its hooks so
        if self.fault == "defer-sender":
            return "451 4.3.0 try again later"
        if self.fault == "refuse-sender":
            return "550 5.7.1 sender refused"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd names its hooks so
        if self.fault == "refuse-recipient":
            return "550 5.1.1 no such user"
        if self.fault == "defer-recipient":
            return "451 4.7.1 greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd names its hooks so
        if self.fault == "defer-data":
            return "451 4.3.0 queue file write error"
        if self.fault == "refuse-data":
            return "554 5.6.0 message refused"
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), bytes(envelope.content or b"")))
        if self.fault == "drop-after-data":
            server.transport.abort()
        if self.fault == "hang-after-data":
            await asyncio.sleep(5)
        if self.fault == "nonsense-after-data":
            return "well, perhaps"
        return "250 2.0.0 queued"

    def authenticate(self, server, session, envelope, mechanism, data):
        if self.fault == "auth-later":
            return AuthResult(success=False, handled=False, message="454 4.7.0 temporary authentication failure")
        if self.fault == "auth-echo":
            return AuthResult(success=False, handled=False, message=f"535 5.7.8 not {data.password.decode()}")
        right = data.login == b"tw" and data.password == b"s3cret-word"
        return AuthResult(success=right, handled=False, message=None if right else "535 5.7.8 wrong")

    def __enter__(self):
        self.thread.start()
        tls = self.options.pop("implicit_tls", None)

        async def listen():
            return await self.loop.create_server(lambda: Server(self, loop=self.loop, **self.options), "127.0.0.1", 0, ssl=tls)

        self.server = asyncio.run_coroutine_threadsafe(listen(), self.loop).result(5)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        async def stop():
            self.server.close()
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for transport in self.transports:
                transport.abort()
            await asyncio.sleep(0.02)  # the transports close their sockets in the loop's next rounds

        asyncio.run_coroutine_threadsafe(stop(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()
