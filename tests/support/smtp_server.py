# A real mail server for tests: aiosmtpd with STARTTLS or TLS, and a login. Prints a JSON line when it listens, and one a mail.
#
#   python3 smtp_server.py starttls|tls CERTIFICATE KEY USER PASSWORD
import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

mode, certificate, key, user, password = sys.argv[1:6]


def say(line):
    print(json.dumps(line), flush=True)


class Inbox:
    async def handle_DATA(self, server, session, envelope):
        say({
            'from': envelope.mail_from,
            'to': envelope.rcpt_tos,
            'tls': session.ssl is not None or mode == 'tls',
            'authenticated': session.authenticated,
            'content': envelope.original_content.decode('utf-8', 'replace'),
        })
        return '250 OK'


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode()
    return AuthResult(success=good, handled=good)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def connection():
        return SMTP(
            Inbox(),
            hostname='localhost',
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=mode != 'tls',
            tls_context=context if mode == 'starttls' else None,
            require_starttls=mode == 'starttls',
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, '127.0.0.1', 0, ssl=context if mode == 'tls' else None)
    say({'port': server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
