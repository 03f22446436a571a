#include "ui/desktop/colour_scheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>

namespace fanlight::ui {

namespace {

constexpr const char *service = "org.freedesktop.portal.Desktop", *path = "/org/freedesktop/portal/desktop",
                     *interface = "org.freedesktop.portal.Settings";
constexpr const char *appearance = "org.freedesktop.appearance", *scheme = "color-scheme";
constexpr uint noWish = 0, dark = 1;

}  // namespace

ColourScheme::ColourScheme(QObject* parent) : QObject(parent) {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) return;
    bus.connect(service, path, interface, "SettingChanged", this, SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage call = QDBusMessage::createMethodCall(service, path, interface, "Read");
    call << appearance << scheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid()) settingChanged(appearance, scheme, reply.value());
        watcher->deleteLater();
    });
}

void ColourScheme::settingChanged(const QString& group, const QString& key, const QDBusVariant& value) {
    if (group != appearance || key != scheme) return;
    // Read() wraps the value once more than the signal does.
    QVariant wish = value.variant();
    if (wish.canConvert<QDBusVariant>()) wish = wish.value<QDBusVariant>().variant();
    if (wish.toUInt() != noWish) Q_EMIT wished(wish.toUInt() == dark);
}

}  // namespace fanlight::ui
