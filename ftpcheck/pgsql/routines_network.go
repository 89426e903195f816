package pgsql

import (
	"math/big"

	"github.com/ftpcheck/steampipe-plugin-ftpcheck/ftpcheck/pgsql/value"
)

func networkPlus(n value.Network, delta int64) (value.Network, error) {
	return n.Add(big.NewInt(delta))
}

func networkMinus(n value.Network, delta int64) (value.Network, error) {
	return n.Add(big.NewInt(-delta)) // the least number stays negative, as in PostgreSQL
}

func networkText(_ *call, v any) (any, error) { return v.(value.Network).Text(), nil }
