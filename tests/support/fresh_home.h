#pragma once

#include <QCoreApplication>
#include <QSettings>
#include <QTemporaryDir>

/// An empty home and empty settings for one test function of a window; several may follow each other in a process. For
/// whole programs see PrivateHome.
namespace fanlight {

class FreshHome {
public:
    FreshHome() {
        for (const char* name :
             {"HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"})
            qputenv(name, folder_.path().toUtf8());
        QCoreApplication::setOrganizationName("fanlight");
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.path());
        QSettings().clear();
    }

    QString filePath(const QString& name) const { return folder_.filePath(name); }

private:
    QTemporaryDir folder_;
};

}  // namespace fanlight
