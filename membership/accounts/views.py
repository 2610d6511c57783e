"""Signing in: an address, then the code that was mailed to it. allauth takes over once the address is proven."""

from urllib.parse import urlencode

from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from membership.accounts.actions import issue_code, prove_address
from membership.accounts.errors import CodeNotSent, CodeSpent, CodeWrong
from membership.accounts.forms import CodeForm, SignInForm
from membership.accounts.mail import send_code
from membership.accounts.queries import code_address
from membership.accounts.returns import requested_return

# The session's only memory of a sign-in that is under way: the code's reference, never the address.
_PENDING = "sign_in_code"


@never_cache
@sensitive_post_parameters("email")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and mail a code to it, whether or not anyone is known by it."""
    return_to = requested_return(request)
    if request.user.is_authenticated:
        return redirect(return_to or settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        if ratelimit.consume(request, action="request_login_code", key=email):
            replaces = request.session.pop(_PENDING, None)
            issued = issue_code(email, replaces=replaces, now=timezone.now())
            try:
                send_code(issued)
            except CodeNotSent:
                status = 503
                form.add_error(None, "We cannot send mail at the moment. Please try again soon.")
            else:
                request.session[_PENDING] = str(issued.reference)
                return redirect(_with_return("account_confirm_login_code", return_to))
        else:
            status = 429
            form.add_error(
                None,
                "We have sent several codes already. Use the latest one, or wait a quarter of an hour.",
            )
    context = {"form": form, "return_to": return_to}
    return render(request, "account/login.html", context, status=status)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def confirm_code(request: HttpRequest) -> HttpResponse:
    """Take the code; the right one signs in, or leads to the second step of those who have one."""
    return_to = requested_return(request)
    if request.user.is_authenticated:
        return redirect(return_to or settings.LOGIN_REDIRECT_URL)
    reference = request.session.get(_PENDING, "")
    email = code_address(reference) if reference else None
    if email is None:
        return _start_again(request, return_to)
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, action="login"):
            try:
                user = prove_address(reference, code=form.cleaned_data["code"], now=timezone.now())
            except CodeWrong as error:
                form.add_error("code", _wrong(error.attempts_left))
            except CodeSpent:
                return _start_again(request, return_to)
            else:
                del request.session[_PENDING]
                response: HttpResponse = perform_login(
                    request, user, redirect_url=return_to or None
                )
                return response
        else:
            status = 429
            form.add_error(None, "Too many codes were typed. Please wait a few minutes.")
    context = {"form": form, "email": email, "return_to": return_to}
    return render(request, "account/confirm_login_code.html", context, status=status)


def _start_again(request: HttpRequest, return_to: str) -> HttpResponse:
    if request.session.pop(_PENDING, None):
        messages.warning(request, "That code works no more. Ask for a new one.")
    return redirect(_with_return("account_login", return_to))


def _wrong(attempts_left: int) -> str:
    tries = "one try is" if attempts_left == 1 else f"{attempts_left} tries are"
    return f"This is not the code in our latest message; {tries} left."


def _with_return(name: str, return_to: str) -> str:
    query = f"?{urlencode({'next': return_to})}" if return_to else ""
    return reverse(name) + query
