#pragma once

#include <QLabel>

namespace fanlight::ui {

/// A value to read and select. Long words (hashes, paths) may break anywhere, and prompt syntax reads from left to
/// right; copying yields the value without the invisible marks that achieve this.
class ValueLabel : public QLabel {
    Q_OBJECT

public:
    explicit ValueLabel(const QString& value, QWidget* parent = nullptr);

    void copy() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    /// The whole value if nothing is selected.
    QString chosen() const;

    const QString value_;
};

}  // namespace fanlight::ui
