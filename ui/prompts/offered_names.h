#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QStringListModel>

#include "ui/models/names_here.h"

namespace fanlight::ui {

/// The names that are offered while somebody types. Read off the GUI thread.
class OfferedNames : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    /// Reads them again, unless that has just been done.
    void refresh();
    /// Instead of those that are here.
    void setNames(const NamesHere& names);

    QStringListModel* models() { return &models_; }
    QStringListModel* loras() { return &loras_; }
    QStringListModel* embeddings() { return &embeddings_; }
    QStringListModel* styles() { return &styles_; }

private:
    void show(const NamesHere& names);

    QStringListModel models_, loras_, embeddings_, styles_;
    QElapsedTimer sinceRead_;
    bool isReading_ = false, areGiven_ = false;
};

}  // namespace fanlight::ui
