#pragma once

#include <QWidget>

class QComboBox;

namespace fanlight::ui {

/// A component in place of the model's own, or a model beside it: one of those in the folders of this machine, which
/// are read off this thread whenever the list opens, or a file or folder.
class ComponentPicker : public QWidget {
    Q_OBJECT

public:
    /// `kind`: see core/batch/replaced_component.h; `name`: for screen readers
    ComponentPicker(const QString& kind, const QString& name, QWidget* parent = nullptr);

    /// As find_component() takes it; "" if it is the model's own, or there is none.
    QString component() const;
    /// Does not emit edited().
    void setComponent(const QString& component);
    /// The list's, which are then not read.
    void setKnown(const QStringList& names);

Q_SIGNALS:
    /// By the user.
    void edited(const QString& component);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void choose(const QString& path);

    const QString kind_;
    QComboBox* box_;
};

}  // namespace fanlight::ui
