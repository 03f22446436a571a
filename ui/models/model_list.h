#pragma once

#include <QAbstractListModel>

#include "core/config/model_catalog.h"

class QFileSystemWatcher;
class QTimer;

namespace fanlight::ui {

/// A model in the list, and what is shown about it.
struct ModelChoice {
    QString name;       ///< as find_model() takes it
    QString family;     ///< diffusers' name of its pipeline, without "Pipeline"; empty: unknown
    QString problem;    ///< one sentence why it cannot be used; empty: it can
    qint64 bytes = 0;   ///< of its weights
    QString note = {};  ///< the rest of a sentence about it; may be empty

    bool operator==(const ModelChoice&) const = default;
};

/// The models on this machine: presets, the Hugging Face cache, folders and files that the user added. Filled off the
/// GUI thread.
class ModelList : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role {
        NameRole = Qt::UserRole + 1,
        NoteRole
    };  ///< NoteRole: family, size, whether it fits, what else to know

    explicit ModelList(QObject* parent = nullptr);

    /// Reads the list again; filled() follows, and from then on whenever models come or go.
    void refresh(const QStringList& added);
    /// Replaces the list.
    void setChoices(std::vector<ModelChoice> choices);
    /// Memory of a run's smallest device in bytes; 0: unknown.
    void setDeviceMemory(qint64 bytes);

    int rowOf(const QString& name) const;
    /// A path by its last part.
    static QString shownName(const QString& name);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void filled();

private:
    QString note(const ModelChoice& choice) const;
    void watch(const QStringList& places);

    std::vector<ModelChoice> choices_;
    qint64 memory_ = 0;
    QStringList added_;
    int refreshes_ = 0;
    QFileSystemWatcher* const watcher_;
    QTimer* const delay_;  ///< until files have been left alone
};

/// "4.2 GB", in the user's language.
QString bytesText(qint64 bytes);

}  // namespace fanlight::ui
