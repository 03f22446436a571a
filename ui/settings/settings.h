#pragma once

#include <QByteArray>
#include <QSettings>
#include <QStringList>
#include <QVariantMap>

/// What the application remembers, one line per setting. GUI thread.
namespace fanlight::ui {

/// A stored value; `fallback` until it is set.
template <typename T>
struct Setting {
    const char* key;
    T fallback{};

    T get() const {
        const QVariant stored = QSettings().value(key);
        return stored.isValid() && stored.canConvert<T>() ? stored.value<T>() : fallback;
    }
    /// An unchanged value is not written: writing takes the file's lock, which a process killed meanwhile leaves
    /// behind.
    void set(const T& value) const {
        if (value != get()) QSettings().setValue(key, QVariant::fromValue(value));
    }
};

namespace settings {

inline const Setting<QString> outputFolder{"output/folder"};      ///< empty: defaultOutputFolder()
inline const Setting<QString> namePattern{"output/names"};        ///< empty: core/output's default
inline const Setting<QString> colours{"look/colours"};            ///< "light", "dark" or empty: the desktop's
inline const Setting<QString> language{"look/language"};          ///< "en", "ar" or empty: the desktop's
inline const Setting<bool> notify{"run/notify", true};            ///< when a run ends
inline const Setting<bool> keepAwake{"run/keep_awake", true};     ///< prevent sleep during a run
inline const Setting<QStringList> addedModels{"models/folders"};  ///< folders and files
inline const Setting<QVariantMap> generation{"generation/last"};
inline const Setting<QVariantMap> devices{"devices/last"};        ///< which work in which mode
inline const Setting<QVariantMap> presets{"generation/presets"};  ///< by name
inline const Setting<bool> followImages{"gallery/follow"};        ///< the gallery scrolls to new images
inline const Setting<bool> started{"window/started"};             ///< the welcome page has been left
inline const Setting<QByteArray> geometry{"window/geometry"};
inline const Setting<QByteArray> docks{"window/docks"};
inline const Setting<QByteArray> columns{"window/columns"};
inline const Setting<int> columnCount{"window/column_count", 11};  ///< that `columns` knows; the first versions had 11
inline const Setting<QString> project{"window/project"};           ///< the last file opened
inline const Setting<QStringList> recentFiles{"window/recent"};    ///< the latest first
inline const Setting<QVariantMap> runs{"window/runs"};             ///< RowTracker::saved(), by the list's file
inline const Setting<QString> loraFolder{"models/lora_folder"};    ///< from which one was added last

}  // namespace settings

/// "Fanlight" in the user's pictures folder.
QString defaultOutputFolder();

/// The folder that the user chose, or the default one.
QString outputFolder();

}  // namespace fanlight::ui
