"""The product's addresses, and those that only the demo has."""

from django.urls import path

from config.urls import urlpatterns as product
from tests.demo import mailbox_pages, pages, sign_in

urlpatterns = [
    # Before the product, whose own page stands at this address.
    path("", pages.start, name="demo_start"),
    *product,
    path("news/<slug:edition>/<slug:slug>/", pages.article, name="demo_article"),
    path("mailbox/", mailbox_pages.mailbox, name="demo_mailbox"),
    path("mailbox/<slug:mail_id>/", mailbox_pages.mail, name="demo_mail"),
    path("mailbox/<slug:mail_id>/html/", mailbox_pages.mail_html, name="demo_mail_html"),
    path(
        "mailbox/<slug:mail_id>/attachments/<int:position>/",
        mailbox_pages.attachment,
        name="demo_attachment",
    ),
    path("demo/sign-in/<str:token>/", sign_in.sign_in, name="demo_sign_in"),
]
