#pragma once

#include <QCompleter>

class QAbstractItemModel;

namespace fanlight::ui {

/// Completes one of several names in a line, whatever part of it has been typed. Its list is as wide as the names, also
/// where the line is not.
class NameCompleter : public QCompleter {
    Q_OBJECT

public:
    /// `separator`: between names; null: the line is a single one.
    NameCompleter(QAbstractItemModel* names, QChar separator, QObject* parent = nullptr);

    QStringList splitPath(const QString& line) const override;
    QString pathFromIndex(const QModelIndex& index) const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void widen();

    const QChar separator_;
};

}  // namespace fanlight::ui
