#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace fanlight::ui {

/// Desktop services over D-Bus: without a bus or a service nothing happens. No call waits for a reply.
class Desktop : public QObject {
    Q_OBJECT

public:
    explicit Desktop(QObject* parent = nullptr) : QObject(parent) {}

    /// A notification (freedesktop.org's Desktop Notifications).
    void notify(const QString& title, const QString& text);

    /// Prevents sleep until called with false (logind's inhibitor lock).
    void keepAwake(bool awake);

    /// Progress on the application's entry in the taskbar or dock, 0 to 1; negative: none (Unity's launcher API, which
    /// KDE and several docks understand).
    void showProgress(double fraction);

private:
    bool awake_ = false;
    QDBusUnixFileDescriptor lock_;
};

}  // namespace fanlight::ui
