#include "ui/desktop/desktop.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace fanlight::ui {

void Desktop::notify(const QString& title, const QString& text) {
    QDBusMessage call = QDBusMessage::createMethodCall(
        "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify");
    const uint replacesNone = 0;
    const int defaultTimeout = -1;
    const QVariantMap hints = {{"desktop-entry", "fanlight"}};
    call << "Fanlight" << replacesNone << "fanlight" << title << text << QStringList() << hints << defaultTimeout;
    QDBusConnection::sessionBus().send(call);
}

void Desktop::keepAwake(bool awake) {
    if (awake == awake_) return;
    awake_ = awake;
    lock_ = {};
    if (!awake) return;
    QDBusMessage call = QDBusMessage::createMethodCall("org.freedesktop.login1", "/org/freedesktop/login1",
                                                       "org.freedesktop.login1.Manager", "Inhibit");
    call << "sleep"
         << "Fanlight" << tr("Making images") << "block";
    auto* watcher = new QDBusPendingCallWatcher(QDBusConnection::systemBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusUnixFileDescriptor> reply = *watcher;
        if (awake_ && reply.isValid()) lock_ = reply.value();
        watcher->deleteLater();
    });
}

void Desktop::showProgress(double fraction) {
    QDBusMessage signal = QDBusMessage::createSignal("/", "com.canonical.Unity.LauncherEntry", "Update");
    signal << "application://fanlight.desktop"
           << QVariantMap{{"progress", std::clamp(fraction, 0.0, 1.0)}, {"progress-visible", fraction >= 0}};
    QDBusConnection::sessionBus().send(signal);
}

}  // namespace fanlight::ui

#include "moc_desktop.cpp"
