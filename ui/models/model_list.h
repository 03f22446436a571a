#pragma once

#include <QAbstractListModel>

#include "core/config/model_catalog.h"

namespace fanlight::ui {

/// A model that can be chosen, and what is told of it.
struct ModelChoice {
    QString name;      ///< as find_model() takes it
    QString problem;   ///< one sentence why it cannot be used; empty: it can
    qint64 bytes = 0;  ///< of its weights
};

/// The models of this machine: presets, the Hugging Face cache, folders that the user added. Filled off the GUI thread.
class ModelList : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { NameRole = Qt::UserRole + 1, ProblemRole, BytesRole };

    explicit ModelList(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    /// Looks again; filled() follows.
    void refresh(const QStringList& folders);

    int rowOf(const QString& name) const;
    const std::vector<ModelChoice>& choices() const { return choices_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void filled();

private:
    std::vector<ModelChoice> choices_;
};

/// "4.2 GB", in the user's language.
QString bytesText(qint64 bytes);

}  // namespace fanlight::ui
