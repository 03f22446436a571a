#pragma once

#include <QWidget>
#include <optional>

class QLineEdit;
class QToolButton;

namespace fanlight::ui {

/// The seed of a run's first image: a 64-bit number, or a random one for each run (also by typing -1); the last run's
/// seed can be reused.
class SeedField : public QWidget {
    Q_OBJECT

public:
    explicit SeedField(QWidget* parent = nullptr);

    /// nullopt if the text is not a seed.
    std::optional<quint64> seed() const;
    bool isRandom() const;
    /// Does not emit edited().
    void set(quint64 seed, bool random);

    /// The seed that the last run started with.
    void setLastSeed(quint64 seed);

Q_SIGNALS:
    void edited();

private:
    QLineEdit* number_;
    QToolButton* random_;
    QToolButton* reuse_;
    QString typed_;  ///< the last number
    std::optional<quint64> last_;
};

}  // namespace fanlight::ui
