#pragma once

#include <QDBusUnixFileDescriptor>
#include <QObject>

namespace fanlight::ui {

/// What the desktop does for the application, over D-Bus: where there is none, or it lacks a service, nothing happens.
/// No call waits for an answer.
class Desktop : public QObject {
    Q_OBJECT

public:
    explicit Desktop(QObject* parent = nullptr) : QObject(parent) {}

    /// A notification (freedesktop.org's Desktop Notifications).
    void notify(const QString& title, const QString& text);

    /// No sleep until this is called with false (logind's inhibitor lock).
    void keepAwake(bool awake);

    /// On the application's entry in the taskbar or dock, 0 to 1; negative: none (Unity's launcher API, which KDE and
    /// several docks speak).
    void showProgress(double part);

private:
    bool awake_ = false;
    QDBusUnixFileDescriptor lock_;
};

}  // namespace fanlight::ui
